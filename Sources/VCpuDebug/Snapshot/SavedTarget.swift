internal import GDBRemote

/// The description of a target, in a snapshot.
struct SavedTarget: Codable, Equatable {
  var architecture: String?
  var isMachine: Bool
  var hasNativeSignals: Bool
  var stopsEveryThread: Bool
  /// Whether there is an EL2, as far as is known.
  var hasHypervisor: Bool
  /// Whether the session had resumed it.
  var wasResumed: Bool
  /// The byte orders of registers, data and instructions.
  var registerOrder: Order
  var dataOrder: Order
  var instructionOrder: Order
  var isOrderAssumed: Bool
  var registers: [Register]
  var types: [String: SavedType]
  /// The signal that it stopped with, and the thread that stopped.
  var signal: UInt8?
  var stoppedThread: Thread?
  /// How many CPUs the machine has besides those in `threads`.
  var hiddenCPUCount: Int
  /// Its answers about itself, by the question.
  var texts: [String: SavedText]

  enum Order: String, Codable {
    case little, big

    init(_ order: RegisterDescription.ByteOrder) { self = order == .little ? .little : .big }
    var order: RegisterDescription.ByteOrder { self == .little ? .little : .big }
  }

  /// A register, as the target describes it.
  struct Register: Codable, Equatable {
    var name: String
    var number: Int
    var bits: Int
    var group: String?
    var feature: String
    var type: String
    /// The extra attributes of LLDB's servers: the numbers of the registers that it is a part of, its place among the
    /// general ones, another name, and its role.
    var partOf: [Int]?
    var offset: Int?
    var alternateName: String?
    var role: String?
  }

  struct Thread: Codable, Hashable {
    var process: Int?
    var thread: Int

    init(_ id: ThreadID) {
      process = id.process
      thread = id.thread
    }
    var id: ThreadID { ThreadID(process: process, thread: thread) }
  }
}

extension SavedTarget {
  var identity: TargetIdentity {
    TargetIdentity(
      architectureName: architecture, isMachine: isMachine, hasNativeSignals: hasNativeSignals,
      stopsEveryThread: stopsEveryThread, typeDescriptions: types.mapValues(\.description))
  }

  var byteOrders: ByteOrders {
    ByteOrders(
      registers: registerOrder.order, data: dataOrder.order, instructions: instructionOrder.order,
      isAssumed: isOrderAssumed)
  }

  /// The registers in their order, each with its number.
  var registerMap: RegisterMap {
    RegisterMap(registers.map(\.description), architecture: architecture)
  }

  var stop: StopReply {
    .signal(StopEvent(signal: signal ?? 0, thread: stoppedThread?.id))
  }
}

extension SavedTarget.Register {
  init(_ register: RegisterDescription) {
    name = register.name
    number = register.number
    bits = register.bitWidth
    group = register.group
    feature = register.feature
    type = register.typeName
    partOf = register.isPart ? register.lldb?.containers : nil
    offset = register.lldb?.byteOffset
    alternateName = register.lldb?.alternateName
    role = register.lldb?.role
  }

  var description: RegisterDescription {
    var attributes: RegisterDescription.LLDBAttributes?
    if partOf != nil || offset != nil || alternateName != nil || role != nil {
      var known = RegisterDescription.LLDBAttributes()
      known.containers = partOf ?? []
      (known.byteOffset, known.alternateName, known.role) = (offset, alternateName, role)
      attributes = known
    }
    return RegisterDescription(
      name: name, number: number, bitWidth: bits, group: group, feature: feature, typeName: type,
      lldb: attributes)
  }
}

/// A type of registers in a snapshot. Only flags are shown by their names.
struct SavedType: Codable, Equatable {
  var byteCount: Int?
  var fields: [Field]

  struct Field: Codable, Equatable {
    var name: String
    var type: String?
    var low: Int?
    var high: Int?
  }

  /// Nil for a type that isn't a flags type.
  init?(_ description: TypeDescription) {
    guard case .flags(let fields, let byteCount) = description else { return nil }
    self.byteCount = byteCount
    self.fields = fields.map {
      Field(
        name: $0.name, type: $0.typeName, low: $0.bits?.lowerBound, high: $0.bits?.upperBound)
    }
  }

  /// Fields whose bits are in the wrong order get none.
  var description: TypeDescription {
    .flags(
      fields: fields.map { field in
        var bits: ClosedRange<Int>?
        if let low = field.low, let high = field.high, 0 <= low, low <= high { bits = low...high }
        return TypeDescription.Field(name: field.name, typeName: field.type, bits: bits)
      }, byteCount: byteCount)
  }
}
