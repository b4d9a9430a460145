"""Mail that came back: bounces, complaints and automatic answers, by mailbox or webhook."""
