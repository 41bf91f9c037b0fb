"""A questionnaire as data: read, checked, answered and coded, without web or database."""
