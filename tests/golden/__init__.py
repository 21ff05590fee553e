"""What reaches the networks of each diffusers adapter, compared with the versions that the release pins."""
