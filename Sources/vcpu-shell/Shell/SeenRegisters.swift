/// The register values that were shown, to mark those that have changed since an earlier stop.
struct SeenRegisters {
  /// The last value of each register shown at earlier stops.
  private var earlier: [Key: String] = [:]
  /// The values shown at this stop.
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

  /// Sections in which each changed register is marked; their values are remembered.
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
