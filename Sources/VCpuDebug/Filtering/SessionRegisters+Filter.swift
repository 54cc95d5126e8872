internal import ArmVCpu

/// The registers as a filter sees them: those of a caught exit, whatever the CPU does now.
extension SessionRegisters: FilterNames {
  func filterCode(of path: [String]) throws(FilterObstacle) -> FilterCode {
    func obstacle(_ what: String) -> FilterObstacle {
      FilterObstacle(reason: "`$\(path.joined(separator: "."))` \(what)")
    }
    guard access.hasHypervisor, architecture == .aarch64 else {
      throw obstacle("doesn't belong to an exit")
    }
    let (world, rest) = Self.world(of: path)
    guard let name = rest.first else { throw obstacle("isn't a register") }
    guard world != .hypervisor else { throw obstacle("is a register of the hypervisor") }
    if world == nil, name.lowercased() == "exit" {
      guard rest.count == 2, let field = ExitField(named: rest[1].lowercased()) else {
        throw obstacle("isn't a field of an exit")
      }
      return field.code
    }
    if world == nil, rest.count == 1, WorldNumber(rawValue: name.lowercased()) != nil {
      throw obstacle("is only known to the debugger")
    }
    guard let whole = wholeCode(of: part(name)?.register ?? name) else {
      throw obstacle("isn't one of the registers that a filter reads")
    }
    if rest.count > 1 {
      guard let code = fieldCode(of: rest, in: whole) else {
        throw obstacle("isn't at the same place in every value of the register")
      }
      return code
    }
    if let part = part(name) {
      return whole.bits(UInt8(part.lowBit + part.bitWidth - 1), UInt8(part.lowBit))
    }
    guard holdsAddress(name) else { return whole }
    var code = whole
    code.places = [FilterCode.Place(space: .guest, isAddress: true)]
    return code
  }

  /// A register of the guest, or of the syndrome.
  private func wholeCode(of name: String) -> FilterCode? {
    let parts = [SPSR_EL2.initial, SPSR_EL2(rawValue: 0)].map {
      ExitPart(named: name.lowercased(), pstate: $0)
    }
    if let part = parts[0] { return part == parts[1] ? part.code : Self.stackPointer }
    guard let register = system.register(named: name) else { return nil }
    if let bits = register.pstateBits {
      var code = ExitPart.pstate.code
      code.words += FilterCode(constant: Value(bits)).words
      return code.then(.and)
    }
    return FilterRegister(register).map { FilterCode([FilterWord(.register, a: $0.rawValue)]) }
  }

  /// SP_EL1 if `SPSR_EL2.usesEL1StackPointer`, otherwise SP_EL0.
  private static let stackPointer: FilterCode = {
    func matches(_ mask: Int32, _ value: Int32) -> [FilterWord] {
      [
        FilterWord(.field, a: ExitField.pstate.rawValue), FilterWord(.constant, immediate: mask),
        FilterWord(.and), FilterWord(.constant, immediate: value), FilterWord(.equal),
      ]
    }
    // EL1 in AArch64 state, M[4:2] 0b001, or any mode of AArch32 state with M[0] set.
    let isAArch32 = matches(0b10001, 0b10001)
    return FilterCode(
      matches(0b11101, 0b00101)
        + [FilterWord(.jumpIfTrue, immediate: Int32(isAArch32.count))] + isAArch32 + [
          FilterWord(.popAndJumpIfFalse, immediate: 2),
          FilterWord(.register, a: FilterRegister.sp_el1.rawValue),
          FilterWord(.jump, immediate: 1), FilterWord(.field, a: ExitField.spEL0.rawValue),
        ])
  }()

  /// A field of a register, after the register's name in a path.
  private func fieldCode(of path: [String], in whole: FilterCode) -> FilterCode? {
    let (names, isRaw) = Self.withoutRaw(path[1...])
    guard let field = fixedField(names, of: path[0]) else { return nil }
    let code = whole.bits(field.high, field.low)
    guard let shift = field.addressShift, !isRaw else { return code }
    let place = FilterCode.Place(space: space(ofAddressIn: path[0]), isAddress: true)
    var shifted = code
    shifted.words += FilterCode(constant: Value(shift)).words
    return shifted.then(.shiftLeft, place: place)
  }
}

extension ExitField {
  /// The field of `$exit` with a name.
  fileprivate init?(named name: String) {
    guard Exits.fieldNames.contains(name),
      let field = Self.allCases.first(where: { "\($0)" == name })
    else { return nil }
    self = field
  }

  fileprivate var code: FilterCode {
    let place: FilterCode.Place =
      switch self {
      case .ipa: FilterCode.Place(space: .intermediatePhysical, isAddress: true)
      case .va, .pc: FilterCode.Place(space: .guest, isAddress: true)
      default: .number
      }
    var code = FilterCode([FilterWord(.field, a: rawValue)], place: place)
    code.isBoolean = self == .write
    return code
  }
}

extension ExitPart {
  fileprivate var code: FilterCode {
    switch self {
    case .gpr(let number): FilterCode([FilterWord(.gpr, a: UInt8(number))])
    case .spEL0: FilterCode([FilterWord(.field, a: ExitField.spEL0.rawValue)])
    case .spEL1: FilterCode([FilterWord(.register, a: FilterRegister.sp_el1.rawValue)])
    case .pc: FilterCode([FilterWord(.field, a: ExitField.pc.rawValue)])
    case .pstate: FilterCode([FilterWord(.field, a: ExitField.pstate.rawValue)])
    case .esr: FilterCode([FilterWord(.field, a: ExitField.esr.rawValue)])
    case .far: FilterCode([FilterWord(.field, a: ExitField.far.rawValue)])
    case .hpfar: FilterCode([FilterWord(.field, a: ExitField.hpfar.rawValue)])
    }
  }
}

extension FilterRegister {
  /// The register of a filter with an encoding.
  fileprivate init?(_ register: SystemRegister) {
    guard let found = Self.byEncoding[register] else { return nil }
    self = found
  }

  private static let byEncoding: [SystemRegister: FilterRegister] = {
    var registers: [SystemRegister: FilterRegister] = [:]
    for register in allCases { registers[register.systemRegister] = register }
    return registers
  }()

  /// Its encoding.
  var systemRegister: SystemRegister {
    guard let register = SystemRegister(named: name.description) else {
      preconditionFailure("every register of a filter has a name from the manual")
    }
    return register
  }
}
