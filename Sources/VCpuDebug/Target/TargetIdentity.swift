public import GDBRemote

/// What a target is, and how it reports things. It is found out once, and doesn't change.
public struct TargetIdentity: Equatable, Sendable {
  /// The target's name for its architecture.
  public var architectureName: String?
  /// Whether it is a machine rather than a program on one.
  public var isMachine: Bool
  /// Whether signals have the numbers of the target's system, rather than GDB's.
  public var hasNativeSignals: Bool
  /// Whether a stop stops every thread.
  public var stopsEveryThread: Bool
  /// The types of registers, by name.
  public var typeDescriptions: [String: TypeDescription]

  /// Creates an identity.
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
