public import GDBRemote

/// What a target is, and how it tells things: found out once, and the same for as long as it is there.
public struct TargetIdentity: Equatable, Sendable {
  /// The architecture, as the target calls it.
  public var architectureName: String?
  /// Whether it is a machine rather than a program on one.
  public var isMachine: Bool
  /// Whether signals have the numbers of the target's system, and not GDB's.
  public var hasNativeSignals: Bool
  /// Whether a stop is one of every thread.
  public var stopsEveryThread: Bool
  /// The types of registers, by name.
  public var typeDescriptions: [String: TypeDescription]

  /// What a target is.
  public init(
    architectureName: String?, isMachine: Bool, hasNativeSignals: Bool = false,
    stopsEveryThread: Bool = true, typeDescriptions: [String: TypeDescription] = [:]
  ) {
    self.architectureName = architectureName
    self.isMachine = isMachine
    self.hasNativeSignals = hasNativeSignals
    self.stopsEveryThread = stopsEveryThread
    self.typeDescriptions = typeDescriptions
  }
}
