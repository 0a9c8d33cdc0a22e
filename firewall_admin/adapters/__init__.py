"""The only code that meets disk, network and other processes."""
