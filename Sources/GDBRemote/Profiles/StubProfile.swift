/// What is known about a stub: who it is, what it says it can do, and what it can really do.
public struct StubProfile: Equatable, Sendable {
  /// Whose stub it is.
  public internal(set) var kind: StubKind

  /// What is known of such stubs.
  public internal(set) var traits: StubTraits

  /// The version, if the stub tells it: `7.2.22Debian 1:7.2+dfsg-7`.
  public internal(set) var version: String?

  /// What it answered to `qSupported`.
  public internal(set) var features = SupportedFeatures(parsing: [])

  /// Whether no-ack mode was agreed.
  public internal(set) var isInNoAckMode = false

  /// Whether memory packets can be made to mean physical addresses.
  public internal(set) var hasPhysicalMemoryMode = false

  /// How `x` reads memory of this stub.
  public internal(set) var binaryReads = StubTraits.BinaryReads.none

  /// Whether the stub answers `v` packets that it does not know as the protocol asks.
  var answersUnknownPackets = true

  var resumeActions = ResumeActions()

  /// The profile of a stub of that kind which has announced nothing yet.
  public init(kind: StubKind = .unknown) {
    self.kind = kind
    traits = StubTraits.known[kind] ?? StubTraits()
  }

  /// The limit for one request, whatever a stub claims.
  static let largestTransfer = 1 << 14

  /// Whether several requests may be written at once.
  public var pipelines: Bool { traits.pipelines }

  /// Whether packets of the stub are acknowledged.
  public var acknowledges: Bool { traits.needsAcknowledgements && !isInNoAckMode }

  /// Whether identifiers of threads carry a process.
  public var usesProcesses: Bool { features.has("multiprocess") }

  /// Whether the stub can go backwards. QEMU ends at once when it is asked without a recording.
  public var canReverseContinue: Bool { features.has("ReverseContinue") }

  /// Whether the stub can go one instruction backwards.
  public var canReverseStep: Bool { features.has("ReverseStep") }

  /// Whether the target is a recording that is played back. QEMU then loses its way when anything is
  /// written.
  public var isReplaying: Bool { kind.isQEMU && (canReverseStep || canReverseContinue) }

  /// Whether the stub evaluates conditions of breakpoints. One that does not say so ignores them.
  public var evaluatesConditions: Bool { features.has("ConditionalBreakpoints") }

  /// Whether threads can stop one by one.
  public var hasNonStopMode: Bool { features.has("QNonStop") }

  /// The most characters that the payload of a packet to this stub may have.
  ///
  /// QEMU announces 4096, and drops a packet with so many without an answer: one less is safe.
  public var payloadLimit: Int {
    (features.packetSize ?? traits.defaultPacketSize) - traits.packetSizeReserve
  }

  /// The most bytes that one `m` packet asks for: their digits have to fit into the answer. With
  /// QEMU 0x800; it refuses 0x801.
  public var readLimit: Int {
    switch binaryReads {
    case .none: min((payloadLimit + 1) / 2, Self.largestTransfer)
    // What does not fit once it is escaped comes as a short answer.
    case .prefixed, .bare: max(1, min(payloadLimit - 5, Self.largestTransfer))
    }
  }

  /// The most bytes that one `M` packet carries.
  public var writeLimit: Int {
    max(1, min((payloadLimit - Command.writeMemoryOverhead) / 2, Self.largestTransfer))
  }
}
