/// A name of one of C's integer types, in any order of its words (C17 6.7.2).
struct CIntegerName: Equatable {
  enum Width: Equatable { case char, short, int, long, longLong }
  let width: Width
  /// Whether `signed` or `unsigned` was said; a plain `char` is a type of its own.
  let saysSign: Bool
  let isSigned: Bool

  var isCharacter: Bool { width == .char }

  init?(_ words: [String]) {
    func count(_ word: String) -> Int { words.count { $0 == word } }
    let known = ["signed", "unsigned", "char", "short", "int", "long"]
    let signs = count("signed") + count("unsigned")
    guard !words.isEmpty, words.allSatisfy(known.contains), signs <= 1, count("int") <= 1 else {
      return nil
    }
    switch (count("char"), count("short"), count("long")) {
    case (1, 0, 0) where count("int") == 0: width = .char
    case (0, 1, 0): width = .short
    case (0, 0, 0): width = .int
    case (0, 0, 1): width = .long
    case (0, 0, 2): width = .longLong
    default: return nil
    }
    saysSign = signs == 1
    isSigned = count("unsigned") == 0
  }

  func byteCount(_ layout: DataLayout) -> Int {
    switch width {
    case .char: 1
    case .short: 2
    case .int: 4
    case .long: layout.addressByteCount
    case .longLong: 8
    }
  }

  /// What compilers call it: GCC's `long unsigned int`, clang's `unsigned long`.
  var spellings: [String] {
    let unsigned = isSigned ? "" : "unsigned "
    switch width {
    case .char: return saysSign ? [isSigned ? "signed char" : "unsigned char"] : ["char"]
    case .short: return ["short \(unsigned)int", "\(unsigned)short"]
    case .int: return ["\(unsigned)int"]
    case .long: return ["long \(unsigned)int", "\(unsigned)long"]
    case .longLong: return ["long long \(unsigned)int", "\(unsigned)long long"]
    }
  }
}
