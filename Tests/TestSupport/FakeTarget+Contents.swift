import ArmVCpu
import GDBRemote

/// Its contents, for comparison.
extension FakeTarget {
  /// A target's contents, to compare before and after. They don't include which CPU stopped last, which each step
  /// reports.
  package struct Contents: Equatable {
    package let values: [ThreadID: [String: UInt64]]
    let systemRegisters: [ThreadID: [SystemRegister: UInt64]]
    package let memory: FakeMemory
    let selectedThread: ThreadID?

    init(
      _ values: [ThreadID: [String: UInt64]],
      _ systemRegisters: [ThreadID: [SystemRegister: UInt64]], _ memory: FakeMemory,
      _ selectedThread: ThreadID?
    ) {
      self.values = values
      self.systemRegisters = systemRegisters
      self.memory = memory
      self.selectedThread = selectedThread
    }
  }

  /// How the CPUs' registers differ from another's.
  package static func differences(_ one: Contents, _ other: Contents) -> [String] {
    var differences: [String] = []
    for (thread, values) in one.values {
      for (name, value) in values where other.values[thread]?[name] != value {
        differences.append("\(thread) \(name): \(value), \(other.values[thread]?[name] ?? 0)")
      }
    }
    for (thread, values) in one.systemRegisters {
      for (register, value) in values where other.systemRegisters[thread]?[register] != value {
        differences.append("\(thread) \(register): \(value)")
      }
    }
    if one.memory != other.memory { differences.append("memory") }
    if one.selectedThread != other.selectedThread { differences.append("the selected thread") }
    return differences
  }

  /// Its current contents.
  package var contents: Contents {
    Contents(values, cpu.systemRegisters, memory, selectedThread)
  }
}
