import Foundation

/// A difference between the shell and GDB that is right, and why. The table in docs/testing.md says the same.
struct ExplainedDifference: Sendable {
  let reason: String
  /// Whether it may explain nothing among few stops.
  var isRare = false
  /// Whether it explains a difference.
  let explains: @Sendable (StopDifference) -> Bool

  // MARK: Of every program

  static let exactFrames = Self(
    reason: """
      GDB uses clang's rules while a frame is made or taken down, where they don't hold: outer frames are wrong or missing,
      and so is what a call says of an argument
      """, isRare: true
  ) { difference in
    guard difference.isMoving else { return false }
    return difference.subject == .frames || difference.frame > 0
      || difference.theirs == "<optimized out>" && difference.place != nil
  }

  static let lineless = Self(
    reason:
      "code that the line table gives to no line (line 0) is that of the line before it for GDB"
  ) { [.line, .file].contains($0.subject) && $0.ours == "nothing" }

  static let clobbered = Self(
    reason: """
      GDB takes what is in x0 to x18 now for what an outer frame had there, which calls needn't keep (AAPCS64, 6.1.1)
      """
  ) { difference in
    guard case .value = difference.subject, difference.frame > 0, let place = difference.place,
      place.contains(/\$[xwvsdq]([0-9]|1[0-8])\b/)
    else { return false }
    return difference.ours.contains("<optimized out>")
  }

  static let missingPieces = Self(
    reason: """
      GDB calls what the compiler left out at a value's end <synthetic pointer>, and shows characters there as zeros
      """, isRare: true
  ) { difference in
    guard case .value = difference.subject, difference.ours == "<optimized out>" else {
      return false
    }
    return difference.theirs == "<synthetic pointer>"
      || difference.theirs.wholeMatch(of: /"(\\000)+"/) != nil
        && difference.place?.contains("piece") == true
  }

  static let missingArray = Self(
    reason: "an array of which nothing is left is one <optimized out>, not one for each element"
  ) { difference in
    guard case .value = difference.subject, difference.ours == "<optimized out>" else {
      return false
    }
    let element = #/<(optimized out|synthetic pointer)>/#
    return difference.theirs.hasPrefix("{")
      && difference.theirs.replacing(element, with: "").allSatisfy { "{, }".contains($0) }
  }

  // MARK: Of programs in C

  static let inC = [
    Self(reason: "a return address of 0 is the end of a stack, not a frame") {
      $0.subject == .frames && $0.ours == "no more" && $0.theirs == "0x0"
    },
    lineless, clobbered, missingPieces, missingArray,
    Self(
      reason: """
        GDB refuses operations on operands of different types, as clang writes them (DWARF 5, 2.5.1.4)
        """
    ) { $0.theirs == "<error: Incompatible types on DWARF stack>" },
    exactFrames,
  ]

  // MARK: Of programs in Swift

  static let inSwift: [Self] = [
    Self(
      reason: "GDB knows one program: it finds the hypervisor's functions at the guest's addresses"
    ) { $0.subject == .frames && $0.ours == "the guest's" },
    lineless, clobbered, missingPieces,
    Self(reason: "GDB has no Swift: Bool is a number") { difference in
      [["true", "1"], ["false", "0"]].contains([difference.ours, difference.theirs])
    },
    Self(
      reason: "Embedded Swift describes no members of a generic type; GDB has other words for it"
    ) {
      ["{<No data fields>}", "{<incomplete type>}", "<incomplete type>"].contains($0.theirs)
    },
    Self(
      reason:
        "Embedded Swift doesn't say which case an enumeration has: GDB shows the last one it finds"
    ) { $0.ours.hasPrefix("<opaque Swift type ") },
    Self(reason: "Swift 6.3 says wrong offsets of members, which GDB believes (decision 35)") {
      $0.isMisplaced
    },
    Self(reason: "the name of a case begins with a dot in Swift", isRare: true) {
      $0.ours == "." + $0.theirs
    },
    exactFrames,
  ]
}
