"""What admins may ask and order, under ``/api/admin``: on the gateway's own names only."""
