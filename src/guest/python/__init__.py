"""What runs inside the Python sandbox."""
