import CoppiceTensors

extension TrainingRun {
  /// Draws the learning curve from the log of evaluations.
  func writeLearningCurve(final summary: TrainingSummary) throws(UserError) {
  }
}
