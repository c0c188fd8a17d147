"""Files of an animation: GIF by Pillow, MP4 by ffmpeg."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.errors import RecordingError


def save_gif(frames: Iterator[NDArray[np.uint8]], out: Path, fps: int, swatches: Sequence[str]) -> None:
    """Write frames as a GIF with one palette: still parts stay equal, and equal parts cost nothing.

    Parameters
    ----------
    frames : iterator of ndarray
        Pictures, RGBA.
    out : Path
        The file.
    fps : int
        Pictures per second.
    swatches : sequence of str
        Colours that the palette must have.
    """
    first = Image.fromarray(next(frames)).convert("RGB")
    card = first.copy()
    for k, colour in enumerate(swatches):
        card.paste(colour, (0, 12 * k, 400, 12 * k + 12))
    palette = card.quantize(64)

    def indexed(picture: Image.Image) -> Image.Image:
        return picture.quantize(palette=palette, dither=Image.Dither.NONE)

    rest = (indexed(Image.fromarray(frame).convert("RGB")) for frame in frames)
    indexed(first).save(
        out,
        format="GIF",
        save_all=True,
        append_images=rest,
        duration=round(1000 / fps),
        loop=0,
        optimize=False,
    )


def ffmpeg() -> str:
    """Return the ffmpeg to use: the system's, or that of the extra `video`.

    Raises
    ------
    RecordingError
        If there is none.
    """
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise RecordingError(
            "An MP4 needs ffmpeg and none was found: install ffmpeg, or `pip install firstminutes[video]`, "
            "or write a GIF with --gif."
        ) from None


def save_mp4(frames: Iterator[NDArray[np.uint8]], out: Path, fps: int, program: str) -> None:
    """Pipe frames to ffmpeg."""
    first = next(frames)
    height, width = first.shape[:2]
    command = [
        program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}",
        "-r", str(fps), "-i", "-", "-an", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "23",
        "-movflags", "+faststart", "-f", "mp4", str(out),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(first.tobytes())
            for frame in frames:
                process.stdin.write(frame.tobytes())
        except BrokenPipeError:
            pass
        _, problem = process.communicate()
    if process.returncode:
        raise RecordingError(f"{out}: ffmpeg failed ({problem.decode(errors='replace').strip()}).")
