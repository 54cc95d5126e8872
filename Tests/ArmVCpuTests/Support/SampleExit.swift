import CArmVCpu

@testable import ArmVCpu

/// An exit with any contents.
struct SampleExit: FilteredExit {
  var syndrome = ExitSyndrome(
    kind: .synchronous, esr: ESR_EL2(rawValue: 0), far: 0, hpfar: HPFAR_EL2(rawValue: 0))
  var frame = TrapFrame()
  var vcpu: UInt64 = 0
  var vm: UInt64 = 0
  var exitNumber: UInt64 = 0
  var time: UInt64 = 0
  var registers: [FilterRegister: UInt64] = [:]

  var reason: ExitReason {
    ExitDecoder.reason(syndrome, frame, sctlr: { registers[.sctlr_el1] ?? 0 })
  }
  var pc: UInt64 { frame.elr }
  var pstate: SPSR_EL2 { frame.pstate }
  var spEL0: UInt64 { frame.sp_el0 }
  func gpr(_ index: UInt8) -> UInt64 { frame.gpr(index) }
  func value(of register: FilterRegister) -> UInt64 { registers[register] ?? 0 }
}

/// A program's words, and what they say about an exit.
struct Program {
  var words: [UInt64]

  init(_ words: [FilterWord]) { self.words = words.map(\.rawValue) }

  init(words: [UInt64]) { self.words = words }

  static func number(_ value: UInt64) -> [FilterWord] {
    [FilterWord(.wideConstant), FilterWord(rawValue: value)]
  }

  /// What is wrong with it; nil for a right one.
  var defect: ExitFilter.Fault? {
    do throws(ExitFilter.Fault) {
      try ExitFilter.verify(words.span)
      return nil
    } catch {
      return error
    }
  }

  func outcome(for exit: SampleExit = SampleExit()) -> ExitFilter.Outcome {
    ExitFilter.evaluate(words.span, for: exit)
  }
}
