import Testing

@testable import ArmVCpu

/// CNTP_* (Arm ARM DDI 0487, D12.2.4).
@Suite struct PhysicalTimerTests {
  @Test func aTimerThatIsOffDoesNothing() {
    let timer = PhysicalTimer()
    #expect(timer.control(at: .max) == 0)
    #expect(!timer.isInterruptAsserted(at: .max))
    #expect(timer.deadline == nil)
  }

  @Test(
    arguments: [
      // Control, compare value, count: control as read, interrupt.
      (0b00, 10, 10, 0b000, false), (0b01, 10, 9, 0b001, false), (0b01, 10, 10, 0b101, true),
      (0b01, 10, 11, 0b101, true), (0b11, 10, 11, 0b111, false), (0b10, 10, 11, 0b010, false),
      // ISTATUS and RES0 bits can't be written.
      (0xffff_fffc, 10, 11, 0b000, false),
    ] as [(UInt64, UInt64, UInt64, UInt64, Bool)])
  func control(
    written: UInt64, compareValue: UInt64, count: UInt64, read: UInt64, isAsserted: Bool
  ) {
    var timer = PhysicalTimer()
    timer.compareValue = compareValue
    timer.setControl(written)
    #expect(timer.control(at: count) == read)
    #expect(timer.isInterruptAsserted(at: count) == isAsserted)
    #expect(timer.deadline == (written & 3 == 1 ? compareValue : nil))
  }

  @Test(
    arguments: [
      (0, 1000, 1000), (5, 1000, 1005), (0xffff_ffff, 1000, 999),
      (0x8000_0000, 0, 0xffff_ffff_8000_0000),
      (0x7fff_ffff, 1, 0x8000_0000), (0xffff_ffff_0000_0005, 1000, 1005),
      (2, .max, 1),
    ] as [(UInt64, UInt64, UInt64)])
  func timerValue(written: UInt64, count: UInt64, compareValue: UInt64) {
    var timer = PhysicalTimer()
    timer.setTimerValue(written, at: count)
    #expect(timer.compareValue == compareValue)
    #expect(timer.timerValue(at: count) == written & 0xffff_ffff)
  }
}
