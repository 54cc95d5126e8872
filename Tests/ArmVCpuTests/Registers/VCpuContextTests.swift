import CArmVCpu
import Testing

@testable import ArmVCpu

/// The layout that debuggers rely on: by numbers, and equal to the C header's.
@Suite struct VCpuContextTests {
  @Test func sizes() {
    #expect(MemoryLayout<TrapFrame>.size == 272)
    #expect(MemoryLayout<TrapFrame>.size == Int(AVCPU_FRAME_SIZE))
    #expect(MemoryLayout<VCpuContext>.alignment == 16)
    #expect(MemoryLayout<VCpuContext>.stride % 16 == 0)
    #expect(VCpuContext.exitRecordByteCount == 344)
    // 33 registers of 64 bits that every CPU has, ten of FEAT_PAuth, two of FEAT_RAS.
    #expect(MemoryLayout<avcpu_guest_registers>.size == 45 * 8)
    #expect(MemoryLayout<VCpuContext>.size == 344 + 45 * 8)
  }

  @Test func offsets() {
    let offsets: [(PartialKeyPath<VCpuContext>, Int32, Int)] = [
      (\.frame, 0, 0), (\.frame.sp_el0, AVCPU_FRAME_SP_EL0, 248),
      (\.frame.elr, AVCPU_FRAME_ELR, 256), (\.frame.spsr, AVCPU_FRAME_SPSR, 264),
      (\.host_stack_top, AVCPU_HOST_STACK_TOP, 272), (\.esr, AVCPU_ESR, 280),
      (\.far, AVCPU_FAR, 288), (\.hpfar, AVCPU_HPFAR, 296), (\.trap_kind, AVCPU_TRAP_KIND, 304),
      (\.exit_count, AVCPU_EXIT_COUNT, 312), (\.exit_time, AVCPU_EXIT_TIME, 320),
      (\.entry_time, AVCPU_ENTRY_TIME, 328), (\.vcpu_id, AVCPU_VCPU_ID, 336),
      (\.vm_id, AVCPU_VM_ID, 340), (\.guest, AVCPU_GUEST_REGISTERS, 344),
    ]
    for (path, constant, expected) in offsets {
      #expect(MemoryLayout<VCpuContext>.offset(of: path) == expected)
      #expect(Int(constant) == expected)
    }
  }

  @Test func offsetsForDebuggers() {
    #expect(VCpuContextOffset.gpr(0) == 0)
    #expect(VCpuContextOffset.gpr(30) == 240)
    #expect(VCpuContextOffset.gpr(31) == nil)
    #expect(VCpuContextOffset.gpr(-1) == nil)
    #expect(VCpuContextOffset.gpr(.max) == nil)
    #expect(VCpuContextOffset.spEL0 == 248)
    #expect(VCpuContextOffset.elr == 256)
    #expect(VCpuContextOffset.spsr == 264)
    #expect(VCpuContextOffset.esr == 280)
    #expect(VCpuContextOffset.far == 288)
    #expect(VCpuContextOffset.hpfar == 296)
  }

  /// Doubleword n holds n.
  private static let record: [UInt8] = (0..<344).map { $0 % 8 == 0 ? UInt8($0 / 8) : 0 }

  private func context(_ record: [UInt8]) -> VCpuContext? { VCpuContext(exitRecord: record.span) }

  @Test func aShortRecordIsNone() {
    for count in [0, 1, 271, 272, 280, 343] {
      #expect(context(Array(Self.record[..<count])) == nil)
    }
  }

  @Test func aRecordIsLittleEndianAndFurtherBytesAreIgnored() throws {
    for extra in [0, 1, 264, 4096] {
      let bytes = Self.record + Array(repeating: 0xff, count: extra)
      let context = try #require(self.context(bytes))
      #expect(context.frame.words == Array(0..<34))
      #expect(context.host_stack_top == 34)
      #expect(context.esr == 35)
      #expect(context.far == 36)
      #expect(context.hpfar == 37)
      #expect(context.trap_kind == 38)
      #expect(context.exit_count == 39)
      #expect(context.exit_time == 40)
      #expect(context.entry_time == 41)
      #expect(context.vcpu_id == 42)
      #expect(context.vm_id == 0)
      #expect(context.guest.sctlr_el1 == 0)
      #expect(context.guest.hcr_el2 == 0)
    }
  }

  @Test("B-32: the shell and the hypervisor decode the same bytes")
  func recordOfAnExit() throws {
    var guest = TestGuest()
    let reason = guest.exit(
      esr: esr(0x24, 0x183_8047), far: 0x1234, hpfar: hpfar(0x0b00_0000)
    ) { $0 = .distinct }
    let bytes = Array(
      UnsafeRawBufferPointer(start: guest.memory, count: VCpuContext.exitRecordByteCount))
    let context = try #require(self.context(bytes))
    #expect(ExitDecoder.reason(context.syndrome, context.frame) == reason)
    #expect(context.frame.words == TrapFrame.distinct.words)
    // What a debugger writes is decoded: a read instead of the write.
    var edited = bytes
    edited[Int(VCpuContextOffset.esr)] &= ~0x40
    let changed = try #require(self.context(edited))
    #expect(ExitDecoder.reason(changed.syndrome, changed.frame).exitClass == .mmioRead)
  }

  @Test func trapKinds() {
    var context = VCpuContext()
    let expected: [(UInt64, TrapKind?)] = [
      (0, .synchronous), (1, .irq), (2, .fiq), (3, .serror), (4, nil), (0x100, nil), (.max, nil),
    ]
    for (value, kind) in expected {
      context.trap_kind = value
      #expect(context.syndrome.kind == kind)
    }
  }
}
