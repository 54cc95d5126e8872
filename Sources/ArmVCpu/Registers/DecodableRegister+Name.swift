#if !hasFeature(Embedded)
  extension DecodableRegister {
    /// The register of a name or an alias, whatever the case; nil when there is none.
    public static func named(_ name: some StringProtocol) -> DecodableRegister? {
      byName[name.lowercased()]
    }

    private static let byName: [String: DecodableRegister] = {
      var registers: [String: DecodableRegister] = [:]
      for register in all {
        for name in [register.name] + register.aliases {
          registers[name.description.lowercased()] = register
        }
      }
      return registers
    }()
  }
#endif
