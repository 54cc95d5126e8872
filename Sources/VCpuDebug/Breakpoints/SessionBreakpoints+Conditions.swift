internal import ArmVCpu
internal import GDBRemote

/// The conditions of breakpoints.
extension SessionBreakpoints {
  /// Compiles the conditions of the catchpoints for exits, with the values that variables have now.
  func compileConditions() throws {
    let compiler = FilterCompiler(names: expressions.registers)
    for breakpoint in table.all {
      guard case .exit = breakpoint.kind, let condition = breakpoint.condition else { continue }
      let program = compiler.compile(condition.expression, with: expressions)
      guard program != condition.program else { continue }
      try table.update(breakpoint.number) { $0.condition?.program = program }
    }
  }

  func conditionHolds(of breakpoint: Breakpoint) throws -> BreakpointTable.Match {
    guard let condition = breakpoint.condition else { return .yes }
    if let program = condition.program, let holds = outcome(of: program) {
      return holds ? .yes : .no
    }
    do {
      return try expressions.value(of: condition.expression).isTrue ? .yes : .no
    } catch {
      // The loss of the target, or a cancelled wait, isn't the condition's fault.
      guard case .stopped = access.target.state, (error as? RemoteError)?.code != .cancelled else {
        throw error
      }
      return .unknown(reason: "\(error)")
    }
  }

  /// Whether a whole condition holds at the exit that the CPU is at; nil where only the expression says so, or why not.
  private func outcome(of program: CompiledCondition) -> Bool? {
    guard program.hostReason == nil, let exit = exits.caught, exit.moment == .caught else {
      return nil
    }
    let caught = CaughtExit(exit, of: exits, expressions.registers.system)
    let outcome = ExitFilter.evaluate(program.words.span, for: caught)
    guard caught.failure == nil else { return nil }
    return switch outcome {
    case .holds: true
    case .fails: false
    case .fault: nil
    }
  }
}
