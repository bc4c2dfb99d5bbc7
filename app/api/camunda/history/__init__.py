"""/history: everything that ran, ended or not, one file a resource."""
