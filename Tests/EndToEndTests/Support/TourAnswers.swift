/// A debugger's answers to the steps of the tour that need one, as a script.
enum TourAnswers {
  /// The number of steps that need one.
  static let stepCount = 80

  /// A stop, and the commands there.
  private struct Answer {
    enum Stop: String {
      case exit = "catch exit"
      /// For an instruction that is executed again, and which the hypervisor then handles.
      case firstExit = "tcatch exit"
      case entry = "catch entry"
    }

    var stop = Stop.exit
    /// The PC of the stop, an expression.
    let place: String
    var condition = ""
    let commands: [String]

    var script: String {
      let register = stop == .entry ? "$guest.pc" : "$exit.pc"
      return """
        \(stop.rawValue) if \(register) == \(place)\(condition)
        commands
        silent
        \(commands.joined(separator: "\n"))
        continue
        end

        """
    }
  }

  /// Negative in every width.
  private static let value = "0xf1f2f3f4f5f6f7f8"
  private static let address = "0x123456789ab8"

  /// All of them. Before this script, a way to find exits is chosen; after it, `continue` runs the tour.
  static let script =
    "tbreak guest:tour_main\ncontinue\nset guest:tour_debugger_answers = 1\n"
    + all.map(\.script).joined()

  private static let all: [Answer] =
    answers(
      "complete \(value)",
      at: "complete_ldrb", "complete_ldrh", "complete_ldr_w", "complete_ldr_x", "complete_ldrsb_x",
      "complete_ldrsb_w", "complete_ldrsh_x", "complete_ldrsh_w", "complete_ldrsw",
      "complete_ldr_wzr", "complete_ldr_xzr", "complete_ldar", "complete_ldp_x", "complete_ldp_w",
      "complete_ldpsw", "complete_ldp_pre_index", "complete_ldp_post_index",
      "complete_ldr_pre_index", "complete_ldr_post_index", "complete_ldr_sp",
      "complete_big_endian", "complete_virtual_address", "complete_smc", "complete_mrs",
      "complete_mrs_xzr", "complete_mrs_of_nothing")
    + answers("complete \(value), 0x9192939495969798", at: "complete_ldp_two_values")
    + [
      Answer(place: "(guest:tour_answered_load_q) + 4", commands: ["complete \(value)"]),
      Answer(place: "(guest:tour_answered_load_d) + 4", commands: ["complete \(value)"]),
      Answer(place: "(guest:tour_answered_store_q) + 8", commands: ["complete"]),
    ]
    + answers("complete \(value)", after: "complete_hvc", "complete_hvc_immediate")
    + answers(
      "complete",
      at: "complete_strb", "complete_str_x", "complete_str_xzr", "complete_stp",
      "complete_str_pre_index", "complete_stp_post_index", "complete_msr")
    + answers(
      "skip",
      at: "skip_smc", "skip_ldr", "skip_ldp", "skip_ldp_of_nothing", "skip_str", "skip_stp",
      "skip_mrs", "skip_msr")
    + answers("skip", after: "skip_hvc")
    + answers("set $x1 = \(value)", "complete", at: "complete_wfi")
    + answers("set $x1 = \(value)", "skip", at: "skip_wfi")
    + [ofEL0(0xb00_0020, "complete \(value)"), ofEL0(0xb00_0028, "inject undef")]
    + answers(
      "inject undef",
      at: "undef_at_smc", "undef_at_ldr", "undef_at_stp", "undef_at_mrs", "undef_at_msr",
      "undef_at_wfi")
    + answers("inject undef", after: "undef_at_hvc", "undef_with_sp_el0", "undef_keeps_flags")
    + answers("inject undef", after: "undef_at_entry", stop: .entry)
    + answers("inject dabt", at: "dabt", "dabt_of_store", "dabt_translated")
    + answers("inject dabt", after: "dabt_at_hvc")
    + answers("inject dabt \(address)", at: "dabt_of_address", "dabt_of_pair")
    + answers("inject iabt \(address)", after: "iabt_at_hvc")
    // A fetch from an unmapped address.
    + [Answer(place: "0xc001000", commands: ["inject iabt \(address)"])]
    + answers("inject serror", after: "serror_at_hvc", "serror_class")
    + answers("inject serror", at: "serror_before_mrs", stop: .firstExit)
    + answers("inject irq", after: "irq_at_hvc", "irq_after_hvc")
    + answers("inject irq", at: "irq_before_ldr", "irq_translated", stop: .firstExit)
    + answers("inject fiq", after: "fiq_at_hvc")
    + answers("inject fiq", at: "fiq_before_wfi", stop: .firstExit)
    + answers("set $ich_hcr_el2 = 1", after: "interface")
    + answers("inject irq 40", after: "irq_number")

  /// The same at some instructions.
  private static func answers(
    _ commands: String..., at names: String..., stop: Answer.Stop = .exit
  ) -> [Answer] {
    names.map { Answer(stop: stop, place: "(guest:answer_\($0))", commands: commands) }
  }

  /// The same after some HVCs: the PC of their exits is after them.
  private static func answers(
    _ commands: String..., after names: String..., stop: Answer.Stop = .exit
  ) -> [Answer] {
    names.map { Answer(stop: stop, place: "(guest:answer_\($0)) + 4", commands: commands) }
  }

  /// At a load by EL0, whose instruction has several steps.
  private static func ofEL0(_ address: Int, _ command: String) -> Answer {
    Answer(
      place: "(guest:tour_el0_load)", condition: " && $exit.ipa == \(address)", commands: [command])
  }
}
