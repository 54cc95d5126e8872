import Testing

@testable import ArmVCpu

/// Placing an interrupt into a list register (GIC architecture specification IHI 0069, 12.4).
@Suite struct VirtualInterfaceTests {
  /// On, group 1 enabled, priority mask 0xf0, four free list registers.
  private static let free = VirtualInterface(
    control: 1, machineControl: 0xf000_0002, emptyListRegisters: 0xf,
    listRegisters: [0, 0, 0, 0])

  private func value(
    state: UInt64 = 1, group: UInt64 = 1, priority: UInt64 = 0xa0, _ number: UInt64
  ) -> UInt64 { state << 62 | group << 60 | priority << 48 | number }

  @Test("it goes pending into the first free one, in the enabled group, below the mask")
  func places() {
    #expect(
      Self.free.placing(interrupt: 27) == .listRegister(index: 0, value: value(27)))
    var interface = Self.free
    interface.listRegisters[0] = value(state: 2, 30)
    interface.emptyListRegisters = 0xe
    #expect(interface.placing(interrupt: 27) == .listRegister(index: 1, value: value(27)))
    // Without an interrupt, but not reported as empty: an EOI still has to be handled.
    interface.emptyListRegisters = 0xc
    #expect(interface.placing(interrupt: 27) == .listRegister(index: 2, value: value(27)))
  }

  @Test("group 0 if the guest has enabled only that; the highest priority below a low mask")
  func groupAndPriority() {
    var interface = Self.free
    interface.machineControl = 0xf000_0001
    #expect(
      interface.placing(interrupt: 40) == .listRegister(index: 0, value: value(group: 0, 40)))
    interface.machineControl = 0xf000_0003
    #expect(interface.placing(interrupt: 40) == .listRegister(index: 0, value: value(40)))
    interface.machineControl = 0x8000_0002
    #expect(
      interface.placing(interrupt: 40) == .listRegister(index: 0, value: value(priority: 0, 40)))
    interface.machineControl = 0xa000_0002
    #expect(
      interface.placing(interrupt: 40) == .listRegister(index: 0, value: value(priority: 0, 40)))
  }

  @Test("it is refused if the interface is off, full, or already has it")
  func refuses() {
    var interface = Self.free
    interface.control = 0x1c00
    #expect(interface.placing(interrupt: 27) == .refused(.isOff))
    interface = Self.free
    interface.emptyListRegisters = 0
    #expect(interface.placing(interrupt: 27) == .refused(.isFull))
    interface = Self.free
    for state: UInt64 in 1...3 {
      interface.listRegisters[2] = value(state: state, 27)
      #expect(interface.placing(interrupt: 27) == .refused(.isPresent(index: 2)))
    }
    // An old number in a register without an interrupt.
    interface.listRegisters[2] = value(state: 0, 27)
    #expect(interface.placing(interrupt: 27) == .listRegister(index: 0, value: value(27)))
  }

  @Test("special and too large numbers are refused", arguments: [1020, 1023, 1 << 16, UInt32.max])
  func numbers(_ number: UInt32) {
    #expect(Self.free.placing(interrupt: number) == .refused(.badNumber))
  }

  @Test("ICH_VTR_EL2.ListRegs is the number of list registers minus one")
  func count() {
    #expect(VirtualInterface.listRegisterCount(vtr: 0x90b8_0003) == 4)
    #expect(VirtualInterface.listRegisterCount(vtr: 0x1f) == 32)
  }
}
