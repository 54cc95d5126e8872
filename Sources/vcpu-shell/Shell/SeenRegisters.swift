/// The values of registers that were shown, to tell those that have changed since an earlier stop.
struct SeenRegisters {
  /// What was shown at earlier stops, the last value of each.
  private var earlier: [Key: String] = [:]
  /// What was shown at this one.
  private var current: [Key: String] = [:]

  private struct Key: Hashable {
    let thread: Int?
    let world: String?
    let name: String
  }

  /// The target has stopped again.
  mutating func noteStop() {
    earlier.merge(current) { _, last in last }
    current = [:]
  }

  /// Sections in which each register says whether it has changed, and which are remembered.
  mutating func marked(
    _ sections: [RegistersAnswer.Section], thread: Int?
  ) -> [RegistersAnswer.Section] {
    sections.map { section in
      section.replacing(
        section.registers.map { register in
          let key = Key(thread: thread, world: section.world, name: register.name)
          current[key] = register.value
          let before = earlier[key]
          return register.marked(isChanged: before != nil && before != register.value)
        })
    }
  }
}
