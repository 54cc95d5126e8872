/// The direction in which bytes went.
public enum LogDirection: Equatable, Sendable {
  /// From this client to the stub.
  case sent
  /// From the stub to this client.
  case received
}
