extension SMCCC {
  /// A function that a specification names.
  public struct Function: Sendable {
    /// The forms that a function has, by the width of its arguments, which is bit 30 of an identifier.
    enum Forms: Sendable {
      case smc32
      case smc64
      case both
    }

    /// The owner in bits 29:24 and the number in bits 15:0 of the identifier.
    var key: UInt32
    var forms: Forms
    /// The name in the specification.
    public var name: StaticString
    /// The names of its arguments, from x1 up, separated by spaces; empty if it has none or the specification doesn't
    /// name them.
    var arguments: StaticString

    init(
      _ key: UInt32, _ forms: Forms, _ name: StaticString, _ arguments: StaticString = ""
    ) {
      self.key = key
      self.forms = forms
      self.name = name
      self.arguments = arguments
    }

    /// Whether the function has this form.
    func has(is64Bit: Bool) -> Bool {
      switch forms {
      case .smc32: !is64Bit
      case .smc64: is64Bit
      case .both: true
      }
    }

  }

  /// All functions, sorted by key.
  static let functions: [Function] =
    architectureFunctions + powerFunctions + secureFunctions + partitionFunctions
    + laterSecureFunctions
    + realmFunctions + activationFunctions + hypervisorFunctions + kvmFunctions
}

extension SMCCC.FunctionID {
  /// The function of a specification that has this identifier; nil if there is none. Bit 16, the SVE hint, is ignored.
  ///
  /// Identifiers of owner 6, the vendor-specific hypervisor service, are KVM's: they apply only if the hypervisor's UID
  /// says that it is KVM.
  public var function: SMCCC.Function? {
    guard isFast else { return nil }
    let key = rawValue & 0x3f00_ffff
    var (low, high) = (0, SMCCC.functions.count)
    while low < high {
      let middle = (low + high) / 2
      if SMCCC.functions[middle].key < key { low = middle + 1 } else { high = middle }
    }
    guard low < SMCCC.functions.count, SMCCC.functions[low].key == key,
      SMCCC.functions[low].has(is64Bit: is64Bit)
    else { return nil }
    return SMCCC.functions[low]
  }

  /// The name of the function, or of a query that every service answers; empty for an identifier that no specification
  /// names.
  public var name: StaticString { function?.name ?? query }

  /// The queries that each service answers about itself (Arm DEN 0028, 6.2); empty for other functions.
  private var query: StaticString {
    guard isFast, !is64Bit else { return "" }
    return switch (number, owner) {
    case (0xff00, 1...7), (0xff00, 0x30...0x3f): "call count of the service"
    case (0xff01, 1...7), (0xff01, 0x30...0x3f): "call UID of the service"
    case (0xff03, 1...7), (0xff03, 0x30...0x3f): "revision of the service"
    default: ""
    }
  }
}

#if !hasFeature(Embedded)
  extension SMCCC.Function {
    /// The names of its arguments, from x1 up.
    public var argumentNames: [String] {
      arguments.description.split(separator: " ").map(String.init)
    }
  }
#endif
