// CoppiceReports
