#if !hasFeature(Embedded)
  extension DecodableRegister {
    /// The register of a name or an alias, whatever the case; nil when there is none. A name with a number is of the register
    /// that has as many, and one of VHE, such as SCTLR_EL12, of the register of EL1 or EL0 that it accesses.
    public static func named(_ name: some StringProtocol) -> DecodableRegister? {
      let name = name.lowercased()
      if let register = byName[name] { return register }
      guard name.hasSuffix("_el12") || name.hasSuffix("_el02") else { return nil }
      return byName[String(name.dropLast())]
    }

    private static let byName: [String: DecodableRegister] = {
      var registers: [String: DecodableRegister] = [:]
      for register in all {
        for name in [register.name] + register.aliases {
          for name in register.names(name.description.lowercased()) { registers[name] = register }
        }
      }
      return registers
    }()

    /// A name, and those with a number.
    private func names(_ name: String) -> [String] {
      guard count > 0 else { return [name] }
      let hasLevel = name.dropLast().hasSuffix("_el")
      let end = name.index(name.endIndex, offsetBy: hasLevel ? -4 : 0)
      return [name] + (0..<count).map { name[..<end] + "\($0)" + name[end...] }
    }
  }
#endif
