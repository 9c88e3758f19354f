-----BEGIN PRIVATE KEY-----
Stands in for a key where only its name matters.
-----END PRIVATE KEY-----
