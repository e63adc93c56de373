// CoppiceExperiments
