//! What passes between the build and a worker: messages as JSON with their length before them, and the step that the
//! worker is at, written over and over at one place of a file, so that nobody is woken by it.

use crate::prove::Step;
use serde::Serialize;
use std::io::{self, Read, Write};

/// Bytes of the length before a message.
pub(super) const HEAD: usize = 4;

/// Longer messages are taken for nonsense.
pub(super) const LONGEST: usize = 256 << 20;

/// Where in the file the step stands; what a dying worker says on its standard error comes before.
pub(super) const STEP_AT: u64 = 1024;

/// Bytes of a step.
pub(super) const STEP: usize = 16;

/// Writes a message.
pub(super) fn write(out: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut bytes = vec![0; HEAD];
    serde_json::to_writer(&mut bytes, message)?;
    let length = u32::try_from(bytes.len() - HEAD).map_err(io::Error::other)?;
    bytes[..HEAD].copy_from_slice(&length.to_le_bytes());
    out.write_all(&bytes)?;
    out.flush()
}

/// Reads a message; nothing when the other side has gone.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; HEAD];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut message = vec![0; length(head)?];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}

/// The length that a head says.
pub(super) fn length(head: [u8; HEAD]) -> io::Result<usize> {
    let length = u32::from_le_bytes(head) as usize;
    if length > LONGEST { Err(io::Error::other("a message is too long")) } else { Ok(length) }
}

/// A step and its number, which tells two runs of the same step apart.
pub(super) fn encode(number: u64, step: Step) -> [u8; STEP] {
    let index = |index: usize| u32::try_from(index).unwrap_or(u32::MAX - 1);
    let mut bytes = [0; STEP];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes[8..12].copy_from_slice(&index(step.snippet).to_le_bytes());
    bytes[12..].copy_from_slice(&step.fixture.map_or(u32::MAX, index).to_le_bytes());
    bytes
}

/// The reverse of [`encode`].
pub(super) fn decode(bytes: [u8; STEP]) -> (u64, Step) {
    let [n0, n1, n2, n3, n4, n5, n6, n7, s0, s1, s2, s3, f0, f1, f2, f3] = bytes;
    let number = u64::from_le_bytes([n0, n1, n2, n3, n4, n5, n6, n7]);
    let fixture = u32::from_le_bytes([f0, f1, f2, f3]);
    let fixture = if fixture == u32::MAX { None } else { Some(fixture as usize) };
    (number, Step { snippet: u32::from_le_bytes([s0, s1, s2, s3]) as usize, fixture })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_steps_come_out_as_they_went_in() {
        let mut pipe = Vec::new();
        write(&mut pipe, &vec![1, 2]).unwrap();
        let mut pipe = pipe.as_slice();
        assert_eq!(read(&mut pipe).unwrap().as_deref(), Some(b"[1,2]".as_slice()));
        assert_eq!(read(&mut pipe).unwrap(), None);
        for fixture in [None, Some(3)] {
            let step = Step { snippet: 7, fixture };
            assert_eq!(decode(encode(9, step)), (9, step));
        }
    }
}
