"""Work done in the background, by the services that people's acts use too."""
