import Testing

@testable import vcpu_shell

@Suite struct ScreenPlanTests {
  @Test(arguments: ScreenLayout.allCases)
  func theWindowsAndTheirBarsFillTheTerminal(layout: ScreenLayout) {
    for rows in 1...80 {
      for contents in [0, 3, 200] {
        let plan = ScreenPlan(
          .init(rows: rows, columns: 80), layout.windows,
          contents: [.exit: contents, .registers: contents])
        let bars = plan.refusal == nil ? plan.rows.count : 0
        #expect(plan.rows.values.reduce(0, +) + bars == rows, "\(rows): \(plan)")
        #expect(plan.rows.values.allSatisfy { $0 > 0 })
        #expect((plan.rows[.commands] ?? 0) >= min(4, rows))
      }
    }
  }

  @Test func aSmallTerminalHasOnlyTheCommands() {
    for size in [(5, 20), (11, 100), (50, 39), (1, 1)] {
      let plan = ScreenPlan(.init(rows: size.0, columns: size.1), [.source, .console])
      #expect(plan.rows == [.commands: size.0])
      #expect(plan.refusal?.contains("\(size.0) rows of \(size.1) columns") == true)
    }
  }

  @Test func whatDoesNotFitIsLeftOut() {
    let plan = ScreenPlan(
      .init(rows: 12, columns: 80), [.exit, .source, .console], contents: [.exit: 4])
    #expect(Set(plan.rows.keys) == [.exit, .source, .commands])
  }

  @Test func nextAndPreviousGoRound() {
    #expect(ScreenLayout.src.advanced(by: -1) == .console)
    #expect(ScreenLayout.console.advanced(by: 1) == .src)
  }
}
