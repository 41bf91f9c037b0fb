"""Ways out of the building: QR images, later SMS gateways and mail."""
