/// What is known about a stub: its implementation, what it announces, and what it can really do.
public struct StubProfile: Equatable, Sendable {
  /// The implementation.
  public internal(set) var kind: StubKind

  /// What is known of such stubs.
  public internal(set) var traits: StubTraits

  /// The version, if the stub gives it: `7.2.22Debian 1:7.2+dfsg-7`.
  public internal(set) var version: String?

  /// The answer to `qSupported`.
  public internal(set) var features = SupportedFeatures(parsing: [])

  /// Whether no-ack mode was agreed.
  public internal(set) var isInNoAckMode = false

  /// Whether memory packets can be made to mean physical addresses.
  public internal(set) var hasPhysicalMemoryMode = false

  /// How this stub answers `x`.
  public internal(set) var binaryReads = StubTraits.BinaryReads.none

  /// Whether the stub answers unknown `v` packets as the protocol requires.
  var answersUnknownPackets = true

  var resumeActions = ResumeActions()

  /// Creates the profile of a stub that has announced nothing yet.
  public init(kind: StubKind = .unknown) {
    self.kind = kind
    traits = StubTraits.known[kind] ?? StubTraits()
  }

  /// The limit for one request, whatever a stub claims.
  static let largestTransfer = 1 << 14

  /// Whether several requests may be written at once.
  public var pipelines: Bool { traits.pipelines }

  /// Whether the stub's packets are acknowledged.
  public var acknowledges: Bool { traits.needsAcknowledgements && !isInNoAckMode }

  /// Whether thread identifiers include a process.
  public var usesProcesses: Bool { features.has("multiprocess") }

  /// Whether the stub can go backwards. QEMU exits when it is asked to without a recording.
  public var canReverseContinue: Bool { features.has("ReverseContinue") }

  /// Whether the stub can go one instruction backwards.
  public var canReverseStep: Bool { features.has("ReverseStep") }

  /// Whether the target is a recording that is played back. QEMU's replay then goes wrong if
  /// anything is written.
  public var isReplaying: Bool { kind.isQEMU && (canReverseStep || canReverseContinue) }

  /// Whether the stub evaluates conditions of breakpoints. A stub that doesn't announce it ignores
  /// them.
  public var evaluatesConditions: Bool { features.has("ConditionalBreakpoints") }

  /// Whether threads can stop one by one.
  public var hasNonStopMode: Bool { features.has("QNonStop") }

  /// The most characters in the payload of a packet to this stub.
  ///
  /// QEMU announces 4096, but drops a packet of 4096 characters without an answer: one less is
  /// safe.
  public var payloadLimit: Int {
    (features.packetSize ?? traits.defaultPacketSize) - traits.packetSizeReserve
  }

  /// The most bytes that one `m` packet may ask for: their digits must fit into the answer. With
  /// QEMU 0x800; it refuses 0x801.
  public var readLimit: Int {
    switch binaryReads {
    case .none: min((payloadLimit + 1) / 2, Self.largestTransfer)
    // If the escaped bytes don't fit, the answer is shorter.
    case .prefixed, .bare: max(1, min(payloadLimit - 5, Self.largestTransfer))
    }
  }

  /// The most bytes that one `M` packet carries.
  public var writeLimit: Int {
    max(1, min((payloadLimit - Command.writeMemoryOverhead) / 2, Self.largestTransfer))
  }
}
