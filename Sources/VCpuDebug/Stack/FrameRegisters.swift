/// The registers of a frame: what is known of them, and where they are.
public struct FrameRegisters: Equatable, Sendable {
  /// Where a register of a frame is now.
  public enum Place: Equatable, Sendable {
    /// In the register itself: no function further in has changed it.
    case register(Int)
    /// A function further in has saved it at this address of the frame's space.
    case memory(UInt64)
    /// Nowhere: the value follows from the stack.
    case computed
    /// A saved copy that belongs to an exit or an exception; the word says which.
    case saved
    /// It can't be recovered.
    case lost
  }

  /// The values by DWARF number; nil for one that can't be recovered.
  public internal(set) var values: [UInt64?]
  /// Where each is.
  public internal(set) var places: [Place]
  /// The address of the next instruction, or the one that the function returns to.
  public var pc: UInt64
  /// Where the PC is.
  public var pcPlace: Place
  /// PSTATE, of a frame that a CPU or an exception has; nil for a caller.
  public var pstate: UInt64?

  /// Creates the registers of a frame that a CPU, an exit or an exception has.
  ///
  /// - Parameter values: by DWARF number; nil for one that isn't known.
  public init(values: [UInt64?], pc: UInt64, pstate: UInt64? = nil, isSaved: Bool = false) {
    self.values = values
    places = values.indices.map { index in
      values[index] == nil ? .lost : isSaved ? .saved : .register(index)
    }
    self.pc = pc
    pcPlace = isSaved ? .saved : .register(-1)
    self.pstate = pstate
  }

  /// A register's value, by its DWARF number; nil if it can't be recovered, or if there is none.
  public subscript(number: Int) -> UInt64? {
    values.indices.contains(number) ? values[number] : nil
  }

  /// A register's place, by its DWARF number.
  public func place(of number: Int) -> Place {
    places.indices.contains(number) ? places[number] : .lost
  }

  mutating func set(_ number: Int, _ value: UInt64?, _ place: Place) {
    guard values.indices.contains(number) else { return }
    values[number] = value
    places[number] = value == nil ? .lost : place
  }
}
