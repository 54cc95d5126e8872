#if !hasFeature(Embedded)
  extension SystemRegister {
    /// All registers and instructions that have a name, by op0, op1, CRn, CRm and op2.
    public static let allNamed: [SystemRegister] = (UInt32(1)...3).flatMap { op0 in
      (UInt32(0)..<0x4000).compactMap { rest in
        let register = SystemRegister(op0, rest >> 11, rest >> 7, rest >> 3, rest)
        return register.name == nil ? nil : register
      }
    }

    /// `S3_0_C1_C0_0`: the name that every register has (Arm ARM DDI 0487, C5.1.3).
    public var encodingName: String { "S\(op0)_\(op1)_C\(crn)_C\(crm)_\(op2)" }

    /// The register of a name in the manual, such as `SCTLR_EL1`, `TLBI VMALLE1` or `S3_0_C1_C0_0`, whatever
    /// the case. A name without its exception level is that of the lowest one that has it, but EL0's
    /// comes last: `SCTLR` is `SCTLR_EL1`.
    public init?(named name: some StringProtocol) {
      let words = name.lowercased().split { $0.isWhitespace || $0 == "," }
      let name = words.joined(separator: " ")
      if let register = Self.byName[name] ?? Self.byEncodingName(name) {
        self = register
        return
      }
      let levels = ["_el1", "_el2", "_el3", "_el0"]
      guard let register = levels.lazy.compactMap({ Self.byName[name + $0] }).first else {
        return nil
      }
      self = register
    }

    private static let byName: [String: SystemRegister] = {
      var registers: [String: SystemRegister] = [:]
      for register in allNamed {
        for isRead in [true, false] {
          guard let name = register.name(isRead: isRead) else { continue }
          registers[name.description.lowercased()] = register
        }
      }
      return registers
    }()

    private static func byEncodingName(_ name: String) -> SystemRegister? {
      let parts = name.split(separator: "_", omittingEmptySubsequences: false)
      guard parts.count == 5, parts[0].first == "s", parts[2].first == "c", parts[3].first == "c"
      else { return nil }
      let texts = [
        parts[0].dropFirst(), parts[1], parts[2].dropFirst(), parts[3].dropFirst(), parts[4],
      ]
      let limits: [UInt32] = [3, 7, 15, 15, 7]
      let numbers = zip(texts, limits).compactMap { text, limit in
        text.first?.isNumber == true ? UInt32(text).flatMap { $0 <= limit ? $0 : nil } : nil
      }
      guard numbers.count == 5 else { return nil }
      return SystemRegister(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    }
  }
#endif
