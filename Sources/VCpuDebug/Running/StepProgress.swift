/// How far a command has come that executes several instructions.
public struct StepProgress: Equatable, Sendable {
  /// The step in which it ended, from 1.
  public let number: Int
  /// How many steps were asked for.
  public let count: Int
}
