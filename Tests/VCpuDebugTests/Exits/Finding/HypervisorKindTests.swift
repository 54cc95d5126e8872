import Testing

@testable import VCpuDebug

@Suite struct HypervisorKindTests {
  /// The evidence of a hypervisor: words at VBAR_EL2, and registers.
  struct Seen: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var synchronous: [UInt32]
    var irq: [UInt32]
    var hcr: UInt64?
    var strings: Set<String> = []
    var kind: HypervisorKind
    var reasons: [String]
  }

  private static let guestReason =
    "the vectors begin as KVM's do while a guest runs: esb, and x0 to the stack"
  private static let xenReason = "EL2's memory holds \"Xen version %d.%d\" and \"(XEN) \""

  /// Words that were read with QEMU 7.2.22 on machines of cortex-a57 and max, from Debian's Linux 6.1.0-56 and Xen
  /// 4.17.7.
  static let seen: [Seen] = [
    Seen(
      testDescription: "KVM nVHE, guest, a57: a Spectre slot",
      synchronous: [0xd503_221f, 0xa9bf_07e0, 0x1400_0007, 0xd280_0100],
      irq: [0xd503_221f, 0xa9bf_07e0, 0x1400_0007, 0xd280_0100], hcr: 0x847c_263f, kind: .kvmNVHE,
      reasons: [guestReason, "HCR_EL2.E2H is 0"]),
    Seen(
      testDescription: "KVM nVHE, the slot with a firmware call",
      synchronous: [0xd503_221f, 0xd100_83ff, 0xa900_0fe2, 0xa901_07e0],
      irq: [0xd503_221f, 0xd100_83ff, 0xa900_0fe2, 0xa901_07e0], hcr: 0x847c_263f,
      kind: .kvmNVHE, reasons: [guestReason, "HCR_EL2.E2H is 0"]),
    Seen(
      testDescription: "KVM VHE, guest, max",
      synchronous: [0xd503_221f, 0xa9bf_07e0, 0x17ff_fcfe, 0xd503_201f],
      irq: [0xd503_221f, 0xa9bf_07e0, 0x17ff_fcf7, 0xd503_201f], hcr: 0x403c_807c_263f,
      kind: .kvmVHE, reasons: [guestReason, "HCR_EL2.E2H is 1"]),
    Seen(
      testDescription: "KVM nVHE, host",
      synchronous: [0xa9bf_07e0, 0xd53c_5200, 0xd35a_7c00, 0xf100_581f],
      irq: [0xaa1f_03e0, 0xd53c_4001, 0xd53c_4022, 0xd538_7403], hcr: 0x8000_0000, kind: .kvmNVHE,
      reasons: ["the vectors are those of KVM (nVHE) while its host runs", "HCR_EL2.E2H is 0"]),
    Seen(
      testDescription: "Linux with VHE, host, max",
      synchronous: [0x1400_0003, 0xd53b_d07e, 0xd51b_d07f, 0xd105_43ff],
      irq: [0x1400_0003, 0xd53b_d07e, 0xd51b_d07f, 0xd105_43ff], hcr: 0x4_8800_0000, kind: .kvmVHE,
      reasons: ["the vectors are those of a Linux kernel at EL2, KVM's host", "HCR_EL2.E2H is 1"]),
    Seen(
      testDescription: "Linux's first vectors, before KVM",
      synchronous: [0x1400_0100, 0xd503_201f, 0xd503_201f, 0xd503_201f],
      irq: [0x1400_0172, 0xd503_201f, 0xd503_201f, 0xd503_201f], hcr: 0x8000_0000, kind: .unknown,
      reasons: ["each vector is a branch", "HCR_EL2.E2H is 0"]),
    Seen(
      testDescription: "Xen, a57",
      synchronous: [0x17ff_fbcc, 0xd503_201f, 0xd503_201f, 0xd503_201f],
      irq: [0x17ff_fc0c, 0xd503_201f, 0xd503_201f, 0xd503_201f], hcr: 0x807c_663f,
      strings: ["Xen version %d.%d", "(XEN) "], kind: .xen,
      reasons: [xenReason, "each vector is a branch"]),
    Seen(
      testDescription: "Xen's vectors without its strings",
      synchronous: [0x17ff_fbcc, 0xd503_201f, 0xd503_201f, 0xd503_201f],
      irq: [0x17ff_fc0c, 0xd503_201f, 0xd503_201f, 0xd503_201f], hcr: 0x807c_663f,
      strings: ["(XEN) "], kind: .unknown,
      reasons: ["each vector is a branch", "HCR_EL2.E2H is 0"]),
    Seen(
      testDescription: "KVM's vectors, and a stub without HCR_EL2",
      synchronous: [0xd503_221f, 0xa9bf_07e0, 0x1400_0007, 0xd280_0100],
      irq: [0xd503_221f, 0xa9bf_07e0, 0x1400_0007, 0xd280_0100], hcr: nil, kind: .unknown,
      reasons: [guestReason]),
    Seen(
      testDescription: "a hypervisor with vectors of its own",
      synchronous: [0xd104_43ff, 0xa900_07e0, 0xa901_0fe2, 0xa902_17e4],
      irq: [0x1400_0100, 0, 0, 0], hcr: 0x8008_2019, kind: .unknown, reasons: ["HCR_EL2.E2H is 0"]
    ),
    Seen(
      testDescription: "KVM's first words at the synchronous vector alone",
      synchronous: [0xd503_221f, 0xa9bf_07e0, 0x1400_0007, 0xd280_0100],
      irq: [0x1400_0100, 0, 0, 0], hcr: 0x8008_2019, kind: .unknown, reasons: ["HCR_EL2.E2H is 0"]
    ),
  ]

  @Test(arguments: seen)
  func kinds(seen: Seen) {
    let evidence = HypervisorEvidence(
      vectors: [0x400: seen.synchronous, 0x480: seen.irq], hcr: seen.hcr, sctlr: 0x30cd_183d,
      strings: seen.strings)
    let found = HypervisorIdentification(evidence)
    #expect(found.kind == seen.kind)
    #expect(found.reasons == seen.reasons)
  }

  @Test("nothing is known: no vectors, too few words")
  func nothing() {
    for vectors: [UInt64: [UInt32]] in [
      [:], [0x400: [0xd503_221f]], [0x400: [], 0x480: []],
      [0x400: [0xd503_221f, 0xa9bf_07e0, 0x1400_0007, 0xd280_0100]],
    ] {
      let found = HypervisorIdentification(HypervisorEvidence(vectors: vectors))
      #expect(found.kind == .unknown)
      #expect(found.reasons.isEmpty)
    }
  }

  @Test(
    "symbols alone, with what they have to agree with",
    arguments: [
      (["__kvm_nvhe___kvm_hyp_vector", "__kvm_hyp_vector", "__hyp_stub_vectors"], 0, .kvmNVHE),
      (
        ["__kvm_nvhe___kvm_hyp_vector", "__kvm_hyp_vector", "__hyp_stub_vectors"], 1 << 34, .kvmVHE
      ),
      (["__kvm_hyp_vector"], 1 << 34, .unknown), (["hyp_traps_vector", "start_xen"], 0, .xen),
      (["hyp_traps_vector"], 0, .unknown),
      (["sync_lower_exception", "vcpu_restore_all_and_run"], 1 << 31, .hafnium),
      (["sync_lower_exception"], 1 << 31, .unknown), (["vmexit_trampoline"], 0, .unknown),
    ] as [([String], UInt64, HypervisorKind)])
  func symbols(names: [String], hcr: UInt64, kind: HypervisorKind) {
    let found = HypervisorIdentification(
      HypervisorEvidence(hcr: hcr, hasSymbol: { names.contains($0) }))
    #expect(found.kind == kind)
    if kind != .unknown {
      #expect(found.reasons[0].hasPrefix("the ELF file has the symbols "))
      #expect(found.reasons[0].hasSuffix("; its code wasn't compared"))
    }
  }

  @Test("Linux's vectors before KVM, with its symbols")
  func beforeKVM() {
    let branches: [UInt32] = [0x1400_0100, 0xd503_201f, 0xd503_201f, 0xd503_201f]
    for (sctlr, expected) in [(UInt64(0x30c5_0830), true), (0x30c5_0831, false)] {
      let found = HypervisorIdentification(
        HypervisorEvidence(
          vectors: [0x400: branches, 0x480: branches], hcr: 0x8000_0000, sctlr: sctlr,
          hasSymbol: { ["__kvm_nvhe___kvm_hyp_vector", "__hyp_stub_vectors"].contains($0) }))
      #expect(found.kind == .kvmNVHE)
      #expect(found.reasons.contains { $0.contains("no guest has been started yet") } == expected)
    }
  }

  /// Memory takes precedence over the given file: here a guest's kernel.
  @Test func memoryBeforeSymbols() {
    let linux = { (name: String) in
      ["__kvm_nvhe___kvm_hyp_vector", "__hyp_stub_vectors", "vmexit_trampoline"].contains(name)
    }
    let xen = HypervisorIdentification(
      HypervisorEvidence(
        hcr: 0x807c_663f, strings: Set(HypervisorEvidence.soughtStrings), hasSymbol: linux))
    #expect(xen.kind == .xen)
    let own = HypervisorIdentification(
      HypervisorEvidence(
        hasDescriptor: true, trampoline: .recognised(table: 0x800, offsets: [0x400]), hcr: 0,
        hasSymbol: linux))
    #expect(own.kind == .own)
    #expect(own.reasons == ["vcpu_debug_descriptor with its magic is in memory"])
  }

  @Test func trampoline() {
    let found = HypervisorIdentification(
      HypervisorEvidence(trampoline: .recognised(table: 0x800, offsets: [0x400, 0x480])))
    #expect(found.kind == .armVCpu)
    #expect(
      found.reasons
        == ["the vectors store a frame of 272 bytes and branch to vmexit_trampoline"])
    let refused = HypervisorIdentification(
      HypervisorEvidence(trampoline: .refused("the vector stores x18 nowhere"), hcr: 1))
    #expect(refused.kind == .unknown)
    #expect(
      refused.reasons == [
        "it has a symbol vmexit_trampoline, but not arm_vcpu's code: the vector stores x18 nowhere",
        "HCR_EL2.E2H is 0",
      ])
  }

  @Test("the words of the shapes, by clang's assembler")
  func words() throws {
    let code = try AssembledCode(
      """
      esb
      stp x0, x1, [sp, #-16]!
      mrs x0, esr_el2
      ubfx x0, x0, #26, #6
      lsr x0, x0, #26
      sub sp, sp, #32
      stp x2, x3, [sp]
      mrs x30, tpidrro_el0
      msr tpidrro_el0, xzr
      sub sp, sp, #336
      add sp, sp, x0
      b .
      nop
      """
    ).words
    let shape = { (first: [UInt32], second: [UInt32]) in
      VectorShape([0x400: first, 0x480: second])
    }
    for third in [code[11], code[12]] {
      let guest = [code[0], code[1], third, 0]
      #expect(shape(guest, guest) == .kvmGuest)
    }
    #expect(shape([code[0], code[5], code[6], 0], [code[0], code[1], code[11], 0]) == .kvmGuest)
    for third in [code[3], code[4]] {
      #expect(shape([code[1], code[2], third, 0], [0, 0, 0, 0]) == .kvmHost)
    }
    let kpti = [code[11], code[7], code[8], 0]
    let plain = [code[9], code[10], 0, 0]
    #expect(shape(kpti, kpti) == .linuxHost)
    #expect(shape(plain, plain) == .linuxHost)
    #expect(shape([code[11], 0, 0, 0], [code[11], 0, 0, 0]) == .branches)
  }
}
