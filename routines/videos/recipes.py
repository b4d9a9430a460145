"""How each part of a film is made: the arguments of ffmpeg, as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LADDER = (360, 540, 720)  # the shorter side of the sizes
SEGMENT_SECONDS = 4
PREVIEW_SECONDS = 6
POSTER = "scale=640:360:force_original_aspect_ratio=increase,crop=640:360"
STILL = [
    "-map_metadata",
    "-1",
    "-map_chapters",
    "-1",
]  # nothing that a camera wrote, such as where
H264 = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p"]
EVEN_KEYS = ["-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})", "-sc_threshold", "0"]  # fmt: skip
SOUND = ["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000"]
FAST = ["-movflags", "+faststart", "-f", "mp4"]
READ = ["-protocol_whitelist", "file", "-format_whitelist", "mov,matroska,avi,mpegts,mpeg"]


@dataclass(frozen=True)
class Frame:
    """A size to make, never larger than the film itself."""

    width: int
    height: int

    @property
    def label(self) -> int:
        """Give the number it is called by: its shorter side."""
        return min(self.width, self.height)


def frames(width: int, height: int) -> tuple[Frame, ...]:
    """Give the sizes of a film: those of the ladder below it, and its own or the ladder's top."""
    largest = min(width, height, LADDER[-1])
    wanted = [*(one for one in LADDER if one < largest), largest]
    return tuple(_frame(width, height, one) for one in wanted)


def _frame(width: int, height: int, short: int) -> Frame:
    scale = short / min(width, height)
    return Frame(_even(width * scale), _even(height * scale))


def _even(side: float) -> int:
    return max(2, int(side) // 2 * 2)


def source(file: Path) -> list[str]:
    """Name what is read; nothing else of this machine can be, whatever the file says."""
    return [*READ, "-i", f"file:{file}"]


def poster(master: Path, goal: Path, duration_ms: int) -> list[str]:
    """Take a still from a third of the film."""
    at = f"{duration_ms / 3000:.3f}"
    return ["-ss", at, *source(master), "-map", "0:v:0", "-frames:v", "1", "-vf", POSTER, "-q:v", "3", *STILL,
            "-f", "mjpeg", f"file:{goal}"]  # fmt: skip


def preview(master: Path, goal: Path, frame: Frame) -> list[str]:
    """Take the first seconds without sound: a file of its own, which tells nothing of the rest."""
    return [*source(master), "-t", str(PREVIEW_SECONDS), "-map", "0:v:0", "-an", "-vf", _scale(frame), *H264,
            "-crf", "27", *STILL, *FAST, f"file:{goal}"]  # fmt: skip


def mp4(master: Path, goal: Path, frame: Frame) -> list[str]:
    """Make one size, with keys where segments of HLS will begin."""
    return [*source(master), "-map", "0:v:0", "-map", "0:a:0?", "-vf", _scale(frame), *H264, "-crf", "23", *EVEN_KEYS,
            *SOUND, *STILL, *FAST, f"file:{goal}"]  # fmt: skip


def hls(sizes: Sequence[Path], goal: Path, *, has_sound: bool) -> list[str]:
    """Cut all sizes into segments without encoding them again; every address in it is relative."""
    kinds = ("v", "a") if has_sound else ("v",)
    reads = [part for size in sizes for part in source(size)]
    maps = [part for index in range(len(sizes)) for kind in kinds for part in ("-map", f"{index}:{kind}:0")]  # fmt: skip
    streams = " ".join(
        ",".join([*(f"{kind}:{index}" for kind in kinds), f"name:{size.stem}"])
        for index, size in enumerate(sizes)
    )
    return [*reads, *maps, "-c", "copy", *STILL, "-f", "hls", "-hls_time", str(SEGMENT_SECONDS),
            "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4",
            "-hls_segment_filename", f"{goal}/%v/%05d.m4s", "-var_stream_map", streams,
            "-master_pl_name", "master.m3u8", f"{goal}/%v/index.m3u8"]  # fmt: skip


def _scale(frame: Frame) -> str:
    return f"scale={frame.width}:{frame.height},setsar=1"
