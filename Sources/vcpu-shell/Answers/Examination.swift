internal import VCpuDebug

/// Where `x` goes on and how it shows memory.
struct Examination: Equatable {
  var letter = FormatLetter.hexadecimal
  var size = UnitSize.word
  var next: Value?
}
