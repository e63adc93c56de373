// CoppiceNetworks
