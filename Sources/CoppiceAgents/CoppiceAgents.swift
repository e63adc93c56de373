// CoppiceAgents
