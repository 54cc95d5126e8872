#if hasFeature(Embedded)
  /// A kind of exit whose instructions are counted.
  struct Exit {
    var name: StaticString
    var esr: UInt64
    /// x0.
    var function: UInt64 = 0
    /// What the number must be, for exits that have a bar.
    var bar: StaticString = ""

    static var all: [6 of Exit] {
      [
        Exit(name: "data abort, MMIO store", esr: 0x9383_0047, bar: "<= 120"),
        Exit(name: "data abort, MMIO load", esr: 0x9381_0007, bar: "<= 120"),
        Exit(name: "data abort, no syndrome", esr: 0x9200_0046, bar: "<= 120"),
        Exit(name: "hypercall", esr: 0x5a00_4b48),
        Exit(name: "PSCI_VERSION", esr: 0x5a00_0000, function: 0x8400_0000),
        Exit(name: "MSR", esr: 0x6230_0460),
      ]
    }
  }
#endif
