// PMCR and PMUSERENR: the performance monitors.

extension DecodableRegister {
  static let counters = [
    DecodableRegister(
      "PMCR_EL0", "Performance Monitors Control Register", aliases: ["PMCR"], .pmcr),
    DecodableRegister(
      "PMUSERENR_EL0", "Performance Monitors User Enable Register", aliases: ["PMUSERENR"],
      .pmuserenr),
  ]
}

extension FieldTable {
  /// PMCR_EL0 (Arm ARM DDI 0487, D24.5, "PMCR_EL0"). IMP has the values of MIDR_EL1.Implementer.
  static let pmcr = FieldTable([
    .flag("FZS", 32, "counters freeze on an SPE buffer event", "no freeze by SPE"),
    .field("IMP", 31, 24, as: .implementer),
    .field("IDCODE", 23, 16),
    .field("N", 15, 11, as: .text("event counters")),
    .flag("FZO", 9, "counters freeze on overflow", "counters do not freeze"),
    .flag("LP", 7, "event counters overflow at 64 bits", "event counters overflow at 32 bits"),
    .flag(
      "LC", 6, "the cycle counter overflows at 64 bits", "the cycle counter overflows at 32 bits"),
    .flag(
      "DP", 5, "the cycle counter stops where counting is prohibited", "the cycle counter counts"),
    .flag("X", 4, "events are exported", "events are not exported"),
    .flag("D", 3, "one count per 64 cycles", "one count per cycle"),
    .flag("C", 2, "resets the cycle counter"),
    .flag("P", 1, "resets the event counters"),
    .flag("E", 0, "counters on", "counters off"),
  ])

  /// PMUSERENR_EL0 (Arm ARM DDI 0487, D24.5, "PMUSERENR_EL0"), ER, CR and SW are described for UEN 0. If UEN is 1, they
  /// and IR make the registers that they name read-only instead.
  static let pmuserenr = FieldTable([
    .flag("TID", 6, "PMCEID<n> at EL0 traps", "PMCEID<n> at EL0 does not trap"),
    .flag("IR", 5, "instruction counter read-only at EL0", "instruction counter as UEN says"),
    .flag("UEN", 4, "EL0 may use what PMUACR_EL1 says", "EL0 as EN, ER, CR and SW say"),
    .flag("ER", 3, "EL0 may read event counters", "event counters as EN says"),
    .flag("CR", 2, "EL0 may read the cycle counter", "cycle counter as EN says"),
    .flag("SW", 1, "EL0 may write PMSWINC", "PMSWINC as EN says"),
    .flag("EN", 0, "EL0 may use the PMU", "EL0's accesses to the PMU trap"),
  ])
}
