import Foundation
import Testing

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// KVM, which other tests debug, works as it should without a debugger.
  @Suite(.enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")))
  struct KVMHosts {
    /// What the guest gets on each vCPU, except for step 8, the CPU's own identification; `guest.S` describes each
    /// step.
    static let values: [Int: UInt64] = [
      1: 0x10001, 2: 0xff_ffff_ffff_ffff, 3: 0xa5, 4: 0x55a5, 5: 0x80aa_55a5, 6: 0xa5, 7: 0,
      9: 0x55, 10: 0xff_ffff_ffff_ffff,
    ]

    /// How often each exception class is in the trace of a vCPU: calls, an SMC, system registers, and the first use
    /// of the guest's code. The number of faults for memory and the device depends on what the other vCPU has already
    /// mapped.
    private static func counts(vcpu: Int, vcpuCount: Int) -> [UInt64: Int] {
      // One vCPU starts the other, and each ends with a call: SYSTEM_OFF ends the VM, maybe before CPU_OFF is seen.
      [0x16: vcpu == 0 ? 3 + vcpuCount - 1 : 2, 0x17: 1, 0x18: 2]
    }

    @Test(
      arguments: isSoak ? ForeignMachine.Model.allCases : [.cortexA57], isSoak ? [1, 2] : [1])
    func itsGuestRunsToItsEnd(model: ForeignMachine.Model, vcpuCount: Int) throws {
      let machine = try KVM.start(
        KVM.Run(vcpuCount: vcpuCount, wait: 0), model: model, isStopped: false)
      try machine.end(within: .seconds(120))
      let mode = model == .max ? "VHE" : "Hyp"
      #expect(machine.console.contains("\(mode) mode initialized successfully"))
      #expect(machine.lines.contains("vmm: powered off by vcpu 0"))

      let reports = KVM.reports(of: machine)
      for vcpu in 0..<vcpuCount {
        let own = reports.filter { $0.cpu == vcpu }
        #expect(own.map(\.step) == Array(1...10))
        for report in own where report.step != 8 {
          #expect(report.value == Self.values[report.step], "\(report)")
        }
      }

      let trace = try KVM.trace(of: machine)
      let threads = Set(trace.map(\.thread)).sorted()
      #expect(threads.count == vcpuCount)
      for (vcpu, thread) in threads.enumerated() {
        let own = trace.filter { $0.thread == thread }
        #expect(own.allSatisfy { $0.cpu == vcpu })
        for (exceptionClass, count) in Self.counts(vcpu: vcpu, vcpuCount: vcpuCount) {
          let traced = own.count { $0.cause == "TRAP" && $0.exceptionClass == exceptionClass }
          let isLast = vcpu > 0 && exceptionClass == 0x16
          #expect(
            traced == count || isLast && traced == count + 1,
            "class \(exceptionClass) of vCPU \(vcpu): \(traced)")
        }
        // Ten reports, seven more accesses to the device, and memory that stage 2 doesn't map yet.
        #expect(own.count { $0.exceptionClass == 0x24 } >= 17)
      }
    }

    /// The hypercalls of `loop`, which KVM answers itself; 20,000 of them take seconds.
    @Test func aGuestMakesHypercalls() throws {
      let machine = try KVM.start(
        KVM.Run(guest: .loop, callCount: 50, wait: 0), isStopped: false)
      try machine.end(within: .seconds(120))
      #expect(try KVM.trace(of: machine).count { $0.exceptionClass == 0x16 } == 51)
    }
  }

  /// The same for Xen.
  @Suite(.enabled(if: Xen.problem == nil, Comment(rawValue: Xen.problem ?? "")))
  struct XenHosts {
    @Test(
      arguments: isSoak ? ForeignMachine.Model.allCases : [.cortexA57], isSoak ? [1, 2] : [2])
    func dom0BootsToItsEnd(model: ForeignMachine.Model, cpuCount: Int) throws {
      let machine = try Xen.start(model: model, cpuCount: cpuCount, wait: 0, isStopped: false)
      try machine.end(within: .seconds(120))
      let lines = machine.lines
      #expect(lines.contains { $0.hasPrefix("(XEN) Brought up \(cpuCount) CPUs") })
      let ready = lines.firstIndex(of: "READY")
      let end = lines.firstIndex(of: "END")
      #expect(ready != nil && end != nil, "\(machine.failure(""))")
      #expect(
        lines.contains { $0.hasPrefix("dom0: ") && $0.hasSuffix("with \(cpuCount) CPU(s)") })
    }
  }
}
