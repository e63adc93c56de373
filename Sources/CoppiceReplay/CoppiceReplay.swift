// CoppiceReplay
