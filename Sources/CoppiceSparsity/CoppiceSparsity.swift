// CoppiceSparsity
