/// What is known about the stub: who it is and what may be asked of it.
public struct StubProfile: Equatable, Sendable {
  /// Whose stub it is.
  public enum Kind: Equatable, Sendable {
    /// QEMU's, recognised by `qqemu.Supported`.
    case qemu
    /// Any other.
    case unknown
  }

  /// Whose stub it is.
  public internal(set) var kind = Kind.unknown

  /// What it answered to `qSupported`.
  public internal(set) var features = SupportedFeatures(parsing: [])

  /// Whether several requests may be written at once. QEMU answers them in order.
  public internal(set) var pipelines = false

  /// Whether packets are acknowledged. QEMU does not need it.
  public internal(set) var acknowledges = true

  /// Whether memory packets can be made to mean physical addresses.
  public internal(set) var hasPhysicalMemoryMode = false

  var resumeActions = ResumeActions()

  /// What is assumed of a stub that does not say how long a packet may be.
  static let defaultPacketSize = 400

  /// The limit for one request, whatever a stub claims.
  static let largestTransfer = 1 << 14

  /// Whether identifiers of threads carry a process.
  public var usesProcesses: Bool { features.has("multiprocess") }

  /// Whether the stub can go backwards. QEMU ends at once when it is asked without a recording.
  public var canReverseContinue: Bool { features.has("ReverseContinue") }

  /// Whether the stub can go one instruction backwards.
  public var canReverseStep: Bool { features.has("ReverseStep") }

  /// The most characters that the payload of a packet to this stub may have.
  ///
  /// QEMU announces 4096, and drops a packet with so many without an answer: one less is safe.
  public var payloadLimit: Int { (features.packetSize ?? Self.defaultPacketSize) - 1 }

  /// The most bytes that one `m` packet asks for: their digits have to fit into the answer. With
  /// QEMU 0x800; it refuses 0x801.
  public var readLimit: Int { min((payloadLimit + 1) / 2, Self.largestTransfer) }

  /// The most bytes that one `M` packet carries.
  public var writeLimit: Int {
    max(1, min((payloadLimit - Command.writeMemoryOverhead) / 2, Self.largestTransfer))
  }
}
